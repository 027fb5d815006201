"""Sound files: what a telephone can play, what else there is, and the way from one to the other."""
