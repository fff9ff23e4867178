// What the book's own frame leaves out for keyboards and screen readers.
// In a block: the frame's own scripts have names such as `html` already.
{
  const html = document.documentElement;
  const menu = document.getElementById("mdbook-menu-bar");
  const main = document.querySelector("main");
  const toggle = document.getElementById("mdbook-sidebar-toggle");
  // The first stop of the keyboard leads past the list of pages.
  if (main) {
    main.id ||= "content";
    main.tabIndex = -1;
    const skip = document.createElement("a");
    skip.className = "skip";
    skip.href = `#${main.id}`;
    skip.textContent = "Skip to the text";
    document.body.prepend(skip);
    // Where the list of pages is scrolled to the page's own line, some browsers let the keyboard begin there.
    addEventListener("load", () => {
      if (location.hash || document.activeElement !== document.body) return;
      const begin = document.createElement("span");
      begin.tabIndex = -1;
      document.body.prepend(begin);
      begin.focus({ preventScroll: true });
      begin.blur();
      begin.remove();
    });
  }
  menu?.setAttribute("role", "banner");
  // What opens the list of pages is a label of a hidden box, which no key reaches: a button takes its place, and the
  // label stays behind it for the frame's own script.
  const button = document.createElement("button");
  if (toggle) {
    button.type = "button";
    for (const name of ["id", "class", "title", "aria-label", "aria-controls"]) button.setAttribute(name, toggle.getAttribute(name));
    button.append(...toggle.childNodes);
    toggle.replaceWith(button);
    button.addEventListener("click", () => {
      toggle.click();
      document.getElementById("mdbook-sidebar-toggle-anchor").click();
    });
  }
  // What scrolls sideways is scrolled with the arrow keys, once it can be focused.
  const settle = (part) => {
    const scrolls = part.scrollWidth > part.clientWidth;
    if (scrolls === (part.getAttribute("tabindex") === "0")) return;
    if (scrolls) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  };
  const seen = new ResizeObserver((parts) => parts.forEach(({ target }) => settle(target)));
  for (const part of document.querySelectorAll(".table-wrapper, pre > code")) {
    settle(part);
    seen.observe(part);
    // Texts of the book come in fonts of their own, and what is in it grows with them.
    for (const child of part.children) new ResizeObserver(() => settle(part)).observe(child);
    // Elsewhere these keys turn the page of the book.
    part.addEventListener("keydown", (event) => {
      if (/^Arrow(Left|Right)$/.test(event.key)) event.stopPropagation();
    });
  }
  // The frame says on the root what is open and which theme it has: simulations are as light or dark as the book.
  const simulations = [...document.querySelectorAll("restore-point-lab:not([theme])")];
  const follow = () => {
    const dark = ["coal", "navy", "ayu"].some((name) => html.classList.contains(name));
    for (const simulation of simulations) simulation.setAttribute("theme", dark ? "dark" : "light");
    button.setAttribute("aria-expanded", html.classList.contains("sidebar-visible"));
  };
  follow();
  new MutationObserver(follow).observe(html, { attributeFilter: ["class"] });
}
