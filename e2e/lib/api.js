// The API as a client's machine calls it: Basic sign-in with a key, JSON both ways.

export class Api {
  #origin;
  #authorization;

  constructor(origin, key) {
    this.#origin = origin;
    this.#authorization = `Basic ${btoa(`${key.public}:${key.private}`)}`;
  }

  get(path) {
    return this.#call("GET", path);
  }

  post(path, body, headers) {
    return this.#call("POST", path, body, headers);
  }

  put(path, body) {
    return this.#call("PUT", path, body);
  }

  delete(path) {
    return this.#call("DELETE", path);
  }

  /** Answers `{status, headers, body}`; the body is null where there is none. */
  async #call(method, path, body, more = {}) {
    const headers = { ...more, authorization: this.#authorization };
    if (body !== undefined) headers["content-type"] = "application/json";
    const answer = await fetch(this.#origin + path, { method, headers, body: JSON.stringify(body) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === "" ? null : JSON.parse(text) };
  }
}
