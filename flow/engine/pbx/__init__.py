"""The node's side of the engine: ARI, and the objects that a company becomes on it."""
