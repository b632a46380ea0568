"""The thin front door: command line, ordered steps and the release store."""
