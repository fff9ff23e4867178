import { session } from "./session.js";

globalThis.onmessage = async ({ data }) => {
  const lab = await import(data);
  await lab.default();
  postMessage(session(lab));
};
