"""A Bitrix24 portal in a box: OAuth server, REST, events and screen, on this machine."""
