"""What a run leaves in the UI for whoever operates: what came in, what to do, what would be done."""
