"""Facts about payment systems, cash registers and payments."""
