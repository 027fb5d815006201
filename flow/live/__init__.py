"""What is happening now: the engine client and the fan-out to browsers."""
