"""Documents a learner takes along: each takes a statement and returns the bytes of a file."""
