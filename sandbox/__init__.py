"""A Bitrix24 emulator: OAuth server, REST, events and portal pages, on this machine."""
