"use strict";

// The address as this browser reaches it, which is what an app on the same network needs too.
document.getElementById("address").textContent = location.origin;

async function describeState() {
  const line = document.getElementById("state");
  try {
    const config = await (await fetch("/api/server/config")).json();
    line.textContent = config.isInitialized
      ? "The server is set up: sign in with your account."
      : "No one has an account yet. The first to sign up becomes the administrator, so do it now.";
  } catch {
    line.textContent = "The server does not answer right now.";
  }
}

describeState();
