"""Names of the English shop of the listing's pictures; nobody and nothing of them is real."""

FIRST_NAMES = (
    "Emma",
    "Henry",
    "Vera",
    "Oliver",
    "Grace",
    "Leo",
    "Nora",
    "Felix",
    "Ruby",
    "Simon",
    "Clara",
    "Hugo",
)
LAST_NAMES = (
    "Fieldstone",
    "Lanternby",
    "Basketfield",
    "Spoonley",
    "Buttonway",
    "Cloudsworth",
    "Mittenham",
    "Pathwick",
    "Birchlow",
    "Kettlemore",
    "Pillowden",
    "Rivergate",
)
POSITIONS = ("Shop manager", "Sales manager", "Operator of the online shop", "Storekeeper", "Accountant")
WORDS = {
    "Наличные курьеру": "Cash to the courier",
    "ЮKassa: банковская карта": "Card on the website",
    "Сбербанк: оплата картой": "Card to the courier",
    "Robokassa": "Card by a link",
    "Система быстрых платежей (СБП)": "Instant bank transfer",
    "Счёт для юридических лиц": "Invoice for companies",
    "Оплата частями": "Payment in parts",
    "Счёт CRM (старый)": "CRM invoice (old)",
}
"""Names of settings that the pictures show, by those of the generated shop."""
