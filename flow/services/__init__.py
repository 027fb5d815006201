"""What may happen: action functions, the only writers."""
