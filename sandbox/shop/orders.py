"""Orders, payments, shipments and trade bindings as rows of REST, built from the history of orders."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.rest.table import Row
from sandbox.shop.formats import iso
from sandbox.shop.order_history import FIRST_ORDER, FIRST_PAYMENT, FIRST_SHIPMENT, OrderHistory, Sale

LANDING_PLATFORM = 1


BLANK_ORDER: Row = {
    "additionalInfo": "",
    "affiliateId": None,
    "comments": "",
    "companyId": None,
    "currency": "RUB",
    "dateLock": None,
    "discountValue": 0,
    "id1c": "",
    "lid": "s1",
    "lockedBy": "",
    "orderTopic": "",
    "personTypeXmlId": "",
    "recountFlag": "Y",
    "recurringId": "",
    "statusXmlId": "",
    "updated1c": "N",
    "userDescription": "",
    "version": 0,
    "version1c": "",
}
_PAYMENT: Row = {
    "comments": "",
    "companyId": None,
    "currency": "RUB",
    "dateMarked": None,
    "datePayBefore": None,
    "empMarkedId": None,
    "empReturnId": None,
    "externalPayment": "N",
    "id1c": "",
    "isReturn": "N",
    "marked": "N",
    "payReturnComment": "",
    "payReturnDate": None,
    "payReturnNum": "",
    "payVoucherDate": None,
    "payVoucherNum": "",
    "priceCod": "0.000000",
    "updated1c": "N",
    "version1c": "",
}
BLANK_SHIPMENT: Row = {
    "comments": "",
    "companyId": 0,
    "currency": "RUB",
    "customPriceDelivery": "N",
    "dateMarked": None,
    "deliveryDocDate": None,
    "deliveryDocNum": "",
    "deliveryXmlId": "",
    "discountPrice": 0,
    "empMarkedId": None,
    "externalDelivery": "N",
    "id1c": "",
    "marked": "N",
    "reasonMarked": "",
    "reasonUndoDeducted": "",
    "statusXmlId": "",
    "system": "N",
    "trackingDescription": "",
    "trackingLastCheck": "",
    "trackingStatus": "",
    "updated1c": "N",
    "version1c": "",
}


@dataclass(slots=True)
class OrderRows:
    """Builders of rows; names of pay systems and deliveries are looked up in the portal's own tables."""

    history: OrderHistory
    pay_names: dict[int, tuple[str, str, str]]
    delivery_names: dict[int, str]

    def __setstate__(self, state: tuple[None, dict[str, Any]]) -> None:
        """Take over a saved builder; the last release called the history of orders a ledger."""
        for name, value in state[1].items():
            setattr(self, "history" if name == "ledger" else name, value)

    def order(self, order_id: int) -> Row:
        """Build an order as sale.order.list returns it."""
        sale = self.history.sale(order_id - FIRST_ORDER)
        hours = (
            int(min(sale.age, timedelta(days=6)).total_seconds()) // 3600
        )  # orders are not changed every second
        placed, touched = iso(sale.placed), iso(sale.placed + timedelta(hours=hours))
        marked = self.history.is_marked(sale.index)
        manager = self.history.manager(sale.index)
        return {
            **BLANK_ORDER,
            "accountNumber": str(order_id),
            "canceled": "Y" if sale.canceled else "N",
            "dateCanceled": touched if sale.canceled else None,
            "dateInsert": placed,
            "dateMarked": touched if marked else None,
            "dateStatus": touched,
            "dateUpdate": touched,
            "deducted": "Y" if sale.sent else "N",
            "empCanceledId": manager if sale.canceled else None,
            "empMarkedId": manager if marked else None,
            "empStatusId": manager,
            "externalOrder": "Y" if sale.market else "N",
            "id": order_id,
            "marked": "Y" if marked else "N",
            "payed": "Y" if sale.paid else "N",
            "personTypeId": sale.person,
            "price": sale.total,
            "reasonCanceled": "Покупатель передумал" if sale.canceled else "",
            "reasonMarked": "Не удалось зарезервировать товар" if marked else "",
            "responsibleId": manager,
            "statusId": status_of(sale),
            "taxValue": round(sale.goods_sum * 22 / 122, 2),
            "userId": 2000 + self.history.buyer(sale.index),
            "xmlId": external_id(sale) or f"bx_{order_id:013x}",
        }

    def payment(self, payment_id: int) -> Row:
        """Build the payment of an order; its sum is the price of the order."""
        sale = self.history.sale(payment_id - FIRST_PAYMENT)
        name, cash, xml_id = self.pay_names.get(sale.pay_system, ("", "N", ""))
        placed = iso(sale.placed)
        paid_at = sale.placed + (timedelta(days=6) if cash == "Y" else timedelta(minutes=4))
        online = cash == "A" and sale.paid
        order_id = FIRST_ORDER + sale.index
        manager = self.history.manager(sale.index)
        row = {
            **_PAYMENT,
            "accountNumber": f"{order_id}/1",
            "dateBill": placed,
            "datePaid": iso(min(paid_at, sale.placed + sale.age)) if sale.paid else None,
            "dateResponsibleId": placed,
            "empPaidId": manager if sale.paid and not online else None,
            "empResponsibleId": manager,
            "id": payment_id,
            "orderId": order_id,
            "paid": "Y" if sale.paid else "N",
            "paySystemId": sale.pay_system,
            "paySystemIsCash": cash,
            "paySystemName": name,
            "paySystemXmlId": xml_id,
            "responsibleId": manager,
            "sum": sale.total,
            "xmlId": f"bx_p{payment_id:012x}",
        }
        return row | _bank_answer(sale, online)

    def shipment(self, shipment_id: int) -> Row:
        """Build the shipment of an order."""
        sale = self.history.sale(shipment_id - FIRST_SHIPMENT)
        order_id = FIRST_ORDER + sale.index
        manager = self.history.manager(sale.index)
        placed = iso(sale.placed)
        sent_at = iso(sale.placed + timedelta(days=2)) if sale.sent else None
        return {
            **BLANK_SHIPMENT,
            "accountNumber": f"{order_id}/2",
            "allowDelivery": "Y" if sale.paid else "N",
            "basePriceDelivery": sale.delivery_price,
            "canceled": "Y" if sale.canceled else "N",
            "dateAllowDelivery": placed if sale.paid else None,
            "dateCanceled": placed if sale.canceled else None,
            "dateDeducted": sent_at,
            "dateInsert": placed,
            "dateResponsibleId": placed,
            "deducted": "Y" if sale.sent else "N",
            "deliveryId": sale.delivery,
            "deliveryName": self.delivery_names.get(sale.delivery, ""),
            "empAllowDeliveryId": manager if sale.paid else None,
            "empCanceledId": manager if sale.canceled else None,
            "empDeductedId": manager if sale.sent else None,
            "empResponsibleId": manager,
            "id": shipment_id,
            "orderId": order_id,
            "priceDelivery": sale.delivery_price,
            "responsibleId": manager,
            "statusId": shipment_status(sale),
            "trackingNumber": f"TRK{shipment_id:09d}" if sale.sent else "",
            "xmlId": f"bx_s{shipment_id:012x}",
        }

    def binding(self, binding_id: int) -> Row:
        """Build the binding between an order and the site it came from."""
        return {
            "externalOrderId": str(binding_id),
            "id": binding_id,
            "orderId": FIRST_ORDER + binding_id - 1,
            "params": "",
            "tradingPlatformId": str(LANDING_PLATFORM),
            "tradingPlatformXmlId": "",
            "xmlId": f"bx_b{binding_id:012x}",
        }


def external_id(sale: Sale) -> str:
    """Return the number a marketplace gave the order, nothing for an order of the own site."""
    return f"{sale.market}_{700000000 + sale.index}" if sale.market else ""


def status_of(sale: Sale) -> str:
    """Return the status of an order by what happened to it."""
    if sale.canceled:
        return "D"
    if sale.delivered and sale.paid:
        return "F"
    if sale.sent:
        return "S"
    return "P" if sale.paid else "N"


def shipment_status(sale: Sale) -> str:
    """Return the status of a shipment."""
    if sale.canceled:
        return "DD"
    return "DF" if sale.sent else "DN"


def _bank_answer(sale: Sale, online: bool) -> dict[str, Any]:
    return {
        "psCurrency": "RUB" if online else "",
        "psInvoiceId": 500000 + sale.index if online else None,
        "psResponseDate": iso(sale.placed + timedelta(minutes=4)) if online else None,
        "psStatus": "Y" if online else "",
        "psStatusCode": "succeeded" if online else "",
        "psStatusDescription": "",
        "psStatusMessage": "",
        "psSum": sale.total if online else None,
        "reasonMarked": "",
    }
