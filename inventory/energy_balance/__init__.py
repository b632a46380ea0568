"""The energy balance: what its rows mean, whether it closes, and its fuels in tonnes of coal equivalent."""
