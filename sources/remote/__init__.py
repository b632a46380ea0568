"""Deliveries from databases, addresses and object storage: off unless the project names them, kept as snapshots."""
