"""Facts about catalogue, prices, currencies, VAT and stores."""
