// How well a call is heard, from the browser's own statistics (W3C webrtc-stats).

const kindOf = (report) => `${report.type}:${report.kind ?? ""}`;

/** { received, sent, lost, lossPercent, jitterMs, roundTripMs, verdict } of a connection; `before` is the last reading. */
export async function measureQuality(connection, before) {
  const found = {};
  for (const report of (await connection.getStats()).values()) {
    if (report.type !== "candidate-pair" || report.nominated) found[kindOf(report)] = report;
  }
  const inbound = found["inbound-rtp:audio"] ?? {};
  const roundTrip = found["remote-inbound-rtp:audio"]?.roundTripTime ?? found["candidate-pair:"]?.currentRoundTripTime ?? 0;
  const reading = {
    received: inbound.packetsReceived ?? 0,
    sent: found["outbound-rtp:audio"]?.packetsSent ?? 0,
    lost: Math.max(0, inbound.packetsLost ?? 0),
    jitterMs: Math.round((inbound.jitter ?? 0) * 1000),
    roundTripMs: Math.round(roundTrip * 1000),
  };
  reading.lossPercent = recentLoss(reading, before);
  return { ...reading, verdict: verdict(reading) };
}

/** Loss since the last reading: an old disturbance must not colour the rest of a long call. */
export function recentLoss(now, before) {
  const lost = now.lost - (before?.lost ?? 0);
  const due = now.received - (before?.received ?? 0) + lost;
  return due > 0 ? Math.round((1000 * Math.max(0, lost)) / due) / 10 : 0;
}

/** Limits after ITU-T G.114 (delay) and G.107's effect of loss on narrow-band speech. */
export function verdict({ lossPercent, jitterMs, roundTripMs }) {
  if (lossPercent > 5 || jitterMs > 60 || roundTripMs > 600) return "ruim";
  if (lossPercent > 1 || jitterMs > 30 || roundTripMs > 300) return "regular";
  return "boa";
}
