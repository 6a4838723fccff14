"""Maintenance that is planned ahead, once or again and again, of towers and what stands behind them."""
