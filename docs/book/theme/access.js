// What the book's own frame leaves out for keyboards and screen readers.
const toggle = document.getElementById("mdbook-sidebar-toggle");
if (toggle) {
  // A label that is pressed is a button to whoever does not see it.
  toggle.setAttribute("role", "button");
  toggle.tabIndex = 0;
  toggle.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle.click();
  });
}
document.getElementById("mdbook-menu-bar")?.setAttribute("role", "banner");
// What scrolls sideways is scrolled with the arrow keys too, once it can be focused.
for (const part of document.querySelectorAll(".table-wrapper, pre > code")) {
  if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
}
