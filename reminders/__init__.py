"""Who is late, what they are told, and how it is sent."""
