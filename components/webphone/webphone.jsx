// What every page loads of the telephone: it asks whether this user has one, and only then fetches the rest.

import { lazy, Suspense, useCallback, useEffect, useState } from "react";

const Dock = lazy(() => import("./phone_dock.jsx"));

/** The line of the signed-in user, or null: not signed in, or a user without WebPhone. */
async function fetchAccount() {
  const reply = await fetch("/phone/account", { headers: { Accept: "application/json" } });
  return reply.status === 200 ? reply.json() : null;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export function Webphone() {
  const [account, setAccount] = useState(null);
  // A network failure says nothing about the account: what was known stays.
  const refresh = useCallback(
    () => fetchAccount().then((next) => setAccount((now) => (same(now, next) ? now : next)), () => {}),
    [],
  );
  useEffect(() => {
    refresh();
  }, [refresh]);

  if (!account) return null;
  return (
    <Suspense fallback={null}>
      <Dock key={account.user} account={account} accountChanged={refresh} />
    </Suspense>
  );
}
