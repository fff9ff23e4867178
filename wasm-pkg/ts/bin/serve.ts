// `restore-point-lab serve`: the endpoint over HTTP, for clients in other languages and processes.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { Lab } from "../node.js";
import type { LabOptions, Scenario } from "../node.js";
import { requestInParts } from "../parts.js";
import { addressOf, isKnownHost, linksTo, type Origin } from "./addresses.js";
import { control, type Served } from "./control.js";

export const usage = `  serve [--port N] [--state FILE] [--host NAME] [--long-running firstPoll|clock] [--quiet]
      the endpoint at http://127.0.0.1:N, kept in the scenario FILE`;

/** The largest body of a request. */
const LARGEST_BODY = 16 << 20;
/** Requests that the log remembers. */
const REMEMBERED = 1000;
/** Milliseconds from a change until the state is written: changes that follow each other are written once. */
const WRITE_AFTER = 100;
const LOOPBACK = ["127.0.0.1", "localhost", "::1"];

interface Options {
  port: number;
  host: string;
  state: string | undefined;
  longRunning: LabOptions["longRunning"] | undefined;
  quiet: boolean;
}

/** Serves until it is told to stop. */
export async function main(words: string[]): Promise<number> {
  const options = read(words);
  if (typeof options === "string") {
    process.stderr.write(`${options}\nusage: restore-point-lab\n${usage}\n`);
    return 2;
  }
  let served: Served;
  try {
    served = open(options);
  } catch (error) {
    process.stderr.write(`${options.state ?? "the lab"}: ${(error as Error).message}\n`);
    return 2;
  }
  return listen(options, served);
}

function read(words: string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        port: { type: "string", default: "10800" },
        host: { type: "string", default: "127.0.0.1" },
        state: { type: "string" },
        "long-running": { type: "string" },
        quiet: { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port > 65535) return `--port ${values.port}: a number up to 65535`;
    const longRunning = values["long-running"];
    if (longRunning !== undefined && longRunning !== "firstPoll" && longRunning !== "clock") {
      return `--long-running ${longRunning}: firstPoll or clock`;
    }
    return { port, host: values.host, state: values.state, longRunning, quiet: values.quiet };
  } catch (error) {
    return (error as Error).message;
  }
}

/** The lab, from its file where there is one. */
function open({ state, longRunning }: Options): Served {
  const mode = longRunning === undefined ? {} : { longRunning };
  const fresh = (): Lab => new Lab(mode);
  const replayed = (scenario: Scenario): Lab => Lab.fromScenario(scenario, mode);
  let lab: Lab | undefined;
  if (state !== undefined) {
    let text: string | undefined;
    try {
      text = readFileSync(state, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    if (text !== undefined) lab = replayed(JSON.parse(text) as Scenario);
  }
  let timer: NodeJS.Timeout | undefined;
  const served: Served = {
    lab: lab ?? fresh(),
    log: [],
    fresh,
    replayed,
    changed() {
      if (state !== undefined) timer ??= setTimeout(() => served.save(), WRITE_AFTER);
    },
    save() {
      clearTimeout(timer);
      timer = undefined;
      if (state === undefined) return;
      // Beside the file first: a state that is half written is none.
      writeFileSync(`${state}.part`, `${JSON.stringify(served.lab.exportScenario(), null, 1)}\n`);
      renameSync(`${state}.part`, state);
    },
  };
  return served;
}

function listen(options: Options, served: Served): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      answer(options, served, request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else send(response, 500, { "content-type": "application/json" }, refusal("InternalError", String(error)));
      });
    });
    server.on("error", (error) => {
      process.stderr.write(`cannot listen: ${error.message}\n`);
      resolve(1);
    });
    const stop = (): void => {
      served.save();
      server.close(() => resolve(0));
      server.closeAllConnections();
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
    server.listen(options.port, options.host, () => {
      const { port } = server.address() as AddressInfo;
      const shown = options.host.includes(":") ? `[${options.host}]` : options.host;
      if (!LOOPBACK.includes(options.host)) {
        process.stdout.write(`whoever reaches ${options.host} can read and change this lab\n`);
      }
      process.stdout.write(`Restore Point Lab's endpoint is at http://${shown}:${port} (Ctrl-C stops it)\n`);
    });
  });
}

async function answer(options: Options, served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const host = request.headers.host ?? "";
  // A page elsewhere that has its own name point here reads nothing.
  if (!isKnownHost(host, [...LOOPBACK, options.host])) {
    send(response, 421, { "content-type": "application/json" }, refusal("MisdirectedRequest", `no host ${host} is served here`));
    return;
  }
  const body = await bodyOf(request);
  if (body === undefined) {
    send(response, 413, { "content-type": "application/json", connection: "close" }, refusal("RequestContentTooLarge", "the body is too large"));
    return;
  }
  const method = request.method ?? "GET";
  const path = request.url ?? "/";
  const note = (status: number): void => {
    const at = served.lab.state().time;
    served.log.push({ at, method, path, status });
    if (served.log.length > REMEMBERED) served.log.shift();
    if (!options.quiet) process.stdout.write(`${at} ${status} ${method} ${path.replace(/sig=[^&]*/g, "sig=...")}\n`);
  };
  const own = control(served, method, path, body);
  if (own !== undefined) {
    send(response, own.status, { "content-type": "application/json" }, own.body);
    return;
  }
  const origin: Origin = { protocol: "http:", host };
  const { url, rewritten } = addressOf(path, origin);
  const got = requestInParts(served.lab, { method, url, headers: pairs(request, origin), body });
  note(got.status);
  if (method !== "GET" && method !== "HEAD") served.changed();
  if ("parts" in got) {
    response.writeHead(got.status, { ...got.headers });
    await pipeline(Readable.from(got.parts, { objectMode: false }), response);
    return;
  }
  const text = rewritten && typeof got.body === "string" ? linksTo(got.body, origin) : got.body;
  send(response, got.status, got.headers, text, method === "HEAD");
}

function send(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, body: string | Uint8Array, head = false): void {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  const bodiless = head || status === 204 || status === 304;
  response.writeHead(status, bodiless ? headers : { ...headers, "content-length": String(bytes.length) });
  response.end(bodiless ? undefined : bytes);
}

function refusal(code: string, message: string): string {
  return JSON.stringify({ error: { code, message } });
}

/** The headers as they came, repeated ones too; addresses of blobs in them are those that the lab gave. */
function pairs(request: IncomingMessage, origin: Origin): [string, string][] {
  const found: [string, string][] = [];
  const { rawHeaders } = request;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const isAddress = name.toLowerCase() === "x-ms-previous-snapshot-url" && value.startsWith(`${origin.protocol}//${origin.host}/`);
    found.push([name, isAddress ? addressOf(value.slice(`${origin.protocol}//${origin.host}`.length), origin).url : value]);
  }
  return found;
}

/** The whole body; none where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > LARGEST_BODY) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

