"""Expressways, railways and waterways."""
