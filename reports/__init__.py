"""All that goes out: blank returns, replies, figures, reviews, the board."""
