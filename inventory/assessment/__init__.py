"""Indices of co-benefits (减污降碳协同): every index states its definition; none is the only one in use."""
