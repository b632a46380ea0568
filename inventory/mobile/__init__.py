"""Mobile sources: from stock, mileage, calls and movements to activity drafts, closed on the fuel that was sold."""
