"""Durable work: jobs found by the files of this folder, their schedules, and the queue behind them."""
