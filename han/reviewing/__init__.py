"""The queue of clerks: what they are asked, who answered what, what is true of it."""
