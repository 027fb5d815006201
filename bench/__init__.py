"""What the README claims, measured: one module per claim, `python -m bench [name …]`, peers in the same run."""
