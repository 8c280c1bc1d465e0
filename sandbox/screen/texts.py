"""Texts of the screen in Russian and English: short sentences by key."""

from sandbox.screen.app_texts import APPS
from sandbox.screen.settings_texts import SETTINGS

LANGUAGES = ("ru", "en")

PORTAL: dict[str, tuple[str, str]] = {
    "portal": ("Портал-песочница", "Sandbox portal"),
    "menu": ("Меню", "Menu"),
    "language": ("Язык", "Language"),
    "user": ("Пользователь", "User"),
    "theme": ("Сменить тему", "Switch the theme"),
    "notifications": ("Уведомления", "Notifications"),
    "admin": ("администратор", "administrator"),
    "dismissed": ("уволен", "dismissed"),
    "extranet": ("экстранет", "extranet"),
    "feed": ("Лента", "Feed"),
    "tasks": ("Задачи", "Tasks"),
    "crm": ("CRM", "CRM"),
    "deals": ("Сделки", "Deals"),
    "deal": ("Сделка", "Deal"),
    "analytics": ("Аналитика CRM", "CRM analytics"),
    "company": ("Сотрудники", "Employees"),
    "marketplace": ("Приложения", "Applications"),
    "settings": ("Настройки магазина", "Shop settings"),
    "plan": ("Мой тариф", "My plan"),
    "scenario": ("Сценарий", "Scenario"),
    "section_work": ("Работа", "Work"),
    "section_apps": ("Приложения", "Applications"),
    "section_portal": ("Портал", "Portal"),
    "loading": ("Загружаем приложение…", "Loading the application…"),
    "not_found": ("Такой страницы нет", "There is no such page"),
    "not_found_text": (
        "Песочница показывает не все страницы портала, а только те, с которыми работает приложение.",
        "The sandbox shows only the pages of a portal that the application works with.",
    ),
    "to_feed": ("В ленту", "To the feed"),
    "admins_only": (
        "Эта страница доступна администратору портала.",
        "This page is for the portal administrator.",
    ),
    "empty_feed": ("В ленте пока тихо.", "The feed is quiet so far."),
    "important": ("важно", "important"),
    "empty_tasks": ("Задач нет.", "No tasks."),
    "task": ("Задача", "Task"),
    "deadline": ("Крайний срок", "Deadline"),
    "responsible": ("Ответственный", "Responsible"),
    "created_by": ("Постановщик", "Created by"),
    "status": ("Состояние", "Status"),
    "task_open": ("в работе", "in progress"),
    "task_done": ("завершена", "completed"),
    "empty_notifications": ("Новых уведомлений нет.", "No new notifications."),
    "call_to": ("Звонок: {who}", "Call: {who}"),
    "chat_with": ("Чат: {who}", "Chat: {who}"),
    "history_of": ("История чата: {who}", "Chat history: {who}"),
    "im_text": (
        "Здесь портал открыл бы мессенджер. Приложение вызвало его командой.",
        "The portal would open the messenger here. The application asked for it by a command.",
    ),
    "deal_title": ("Название", "Title"),
    "stage": ("Стадия", "Stage"),
    "sum": ("Сумма", "Amount"),
    "client": ("Клиент", "Client"),
    "created": ("Создана", "Created"),
    "closing": ("Завершение", "Closing"),
    "pipeline": ("Воронка", "Pipeline"),
    "all_pipelines": ("Все воронки", "All pipelines"),
    "shown_of": ("Показано {shown} из {total}", "{shown} of {total} shown"),
    "next_page": ("Дальше", "Next"),
    "previous_page": ("Назад", "Back"),
    "extensions": ("Расширения", "Extensions"),
    "no_extensions": ("Приложений здесь нет", "No applications here"),
    "general": ("Общие", "General"),
    "sales_by_pipeline": ("Продажи по воронкам", "Sales by pipeline"),
    "in_work": ("В работе", "In progress"),
    "won": ("Успешно", "Won"),
    "lost": ("Проиграно", "Lost"),
    "count": ("Количество", "Count"),
    "name": ("Имя", "Name"),
    "position": ("Должность", "Position"),
    "email": ("Почта", "E-mail"),
    "active": ("работает", "active"),
    "choose": ("Выбрать", "Choose"),
    "cancel": ("Отмена", "Cancel"),
    "select_user": ("Выберите сотрудника", "Choose an employee"),
    "select_access": ("Выберите, кому дать доступ", "Choose who gets access"),
    "select_crm": ("Выберите элементы CRM", "Choose CRM items"),
    "settings_form": ("Настройки приложения", "Application settings"),
    "refresh_failed": (
        "Портал не выдал новый доступ приложению.",
        "The portal gave the application no new access.",
    ),
    "all_authorised": ("Все сотрудники", "All employees"),
    "profile": ("Профиль сотрудника", "Employee profile"),
    "group": ("Рабочая группа", "Workgroup"),
    "contact": ("Контакт", "Contact"),
    "company_card": ("Компания", "Company"),
    "lead": ("Лид", "Lead"),
    "item": ("Элемент CRM", "CRM item"),
}

WORDS: dict[str, tuple[str, str]] = {**PORTAL, **APPS, **SETTINGS}


def say(lang: str, key: str, **values: object) -> str:
    """Return a text in the given language, English for any other than Russian."""
    text = WORDS[key][0 if lang == "ru" else 1]
    return text.format(**values) if values else text
