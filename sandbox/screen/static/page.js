/* Small manners of a portal page: the menu on a phone, forms that send themselves, links that open sliders. */

document.addEventListener("click", (event) => {
  const burger = event.target.closest("[data-menu-toggle]");
  if (burger) {
    const open = document.getElementById("menu").classList.toggle("open");
    burger.setAttribute("aria-expanded", String(open));
    return;
  }
  const link = event.target.closest("a[data-slider]");
  if (link && window.SandboxPortal && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    const portal = window.top.SandboxPortal || window.SandboxPortal;
    portal.openSlider(link.getAttribute("href"), { width: link.dataset.width });
    return;
  }
  for (const drop of document.querySelectorAll("details.drop[open]")) {
    if (!drop.contains(event.target)) drop.open = false;
  }
});

document.addEventListener("change", (event) => {
  if (event.target.closest("[data-sends-itself]")) event.target.form.requestSubmit();
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});
