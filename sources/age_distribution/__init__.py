"""Vehicles of a class by model year or age: share of the stock and annual mileage."""
