"""Programs of a newer Debian, run from a directory, with nothing installed. Standard library only: the bootstrap needs it."""
