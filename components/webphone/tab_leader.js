// One telephone per browser, however many tabs are open: one tab leads (owns line, microphone and ring tone), the others
// show its state and send it their buttons. A Web Lock decides who leads; it is free the moment its tab is gone.

/**
 * Joins the tabs of `name`. `lead()` is called in the tab that becomes leader and returns { run(command), close() };
 * `show(state, leads)` is called in every tab when there is something new to show.
 * Returns { publish(state), send(command), leave() }.
 */
export function joinTabs(name, { lead, show }) {
  const channel = new BroadcastChannel(name);
  const leaving = new AbortController();
  let leader = null;
  let latest = null;
  let release = () => {};

  const publish = (state) => {
    latest = state;
    channel.postMessage({ state });
    show(state, true);
  };

  channel.onmessage = ({ data }) => {
    if (leader && data.command) leader.run(data.command);
    else if (leader && data.hello && latest) channel.postMessage({ state: latest });
    else if (!leader && data.state) show(data.state, false);
  };
  channel.postMessage({ hello: true });

  navigator.locks
    .request(name, { signal: leaving.signal }, () => {
      leader = lead();
      return new Promise((resolve) => {
        release = resolve;
      });
    })
    .catch((error) => {
      if (error.name !== "AbortError") throw error;
    });

  return {
    publish,
    send: (command) => (leader ? leader.run(command) : channel.postMessage({ command })),
    leave() {
      leaving.abort();
      leader?.close();
      leader = null;
      release();
      channel.close();
    },
  };
}
