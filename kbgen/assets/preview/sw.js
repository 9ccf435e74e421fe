/* A preview keeps nothing: this takes the place of a worker that a published site has left at the same address, and leaves too. */
addEventListener("install", () => skipWaiting());
addEventListener("activate", event => event.waitUntil(registration.unregister()));
