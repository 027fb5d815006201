"""What a person sees. Pages are compiled once; what changes comes from state/ or from the live socket."""
