"""The gear: people and mail, channels, addresses outside, text for employees, data and rights, tools for developers, help."""
