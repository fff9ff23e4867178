// What a screen reader lists of a page: its landmarks, by name. Several elements on a page may show the same view.

/** What is a landmark where it has a name. */
const LANDMARKS = "section:not([role]), aside:not([role]), [role=region]";

/** Keeps the view's cards, landmarks on the planner's own page, as groups: here the element itself is the landmark. */
export function keepGroups(place: HTMLElement): MutationObserver {
  const settle = (): void => {
    for (const part of place.querySelectorAll(LANDMARKS)) {
      // An aside may not be called a group.
      if (!part.matches(".rpl")) part.setAttribute("role", part.localName === "aside" ? "note" : "group");
    }
  };
  const observer = new MutationObserver(settle);
  observer.observe(place, { childList: true, subtree: true });
  settle();
  return observer;
}
