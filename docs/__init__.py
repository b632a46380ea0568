"""The generated documents: `python -m docs.generate` writes them from the tables of a build."""
