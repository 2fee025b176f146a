import { api, attempt, byId } from "./helpdesk-common.js";

byId("login").addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => {
    await api("/api/login", { password: byId("password").value });
    location.reload();
  });
});
