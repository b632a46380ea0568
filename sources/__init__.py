"""Where the data come from: one folder per data source, each with source.toml and extract.py."""
