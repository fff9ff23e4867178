import DefaultTheme from "vitepress/theme";

export default {
  extends: DefaultTheme,
  enhanceApp() {
    // The pages are made in Node, which has no elements; the browser loads the tag.
    if (!import.meta.env.SSR) import("restore-point-lab/element");
  },
};
