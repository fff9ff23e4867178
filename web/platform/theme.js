// Applies the chosen theme before the first paint.
try {
  const theme = localStorage.getItem("restore-point-lab.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; the system's preference then decides.
}
