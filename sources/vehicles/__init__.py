"""Vehicle stock, emission standards and mileage."""
