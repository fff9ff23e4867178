export default {
  title: "How points share blocks",
  head: [["link", { rel: "icon", href: "data:," }]],
  // Vue leaves the tag alone.
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === "restore-point-lab" } } },
  vite: { build: { target: "es2022" } },
};
