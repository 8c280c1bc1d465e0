INSERT INTO portal (id, member_id, domain, client_endpoint, server_endpoint, status, blocked_reason, application_status,
  application_version, application_code, plan_code, scopes, language, time_zone, created_at)
VALUES (1, 'm', 'd', 'c', 's', 'active', '', '', 1, '', '', '[]', 'ru', 'Europe/Moscow', '2026-11-30 06:40:00+00:00');
INSERT INTO call_log (id, portal_id, at, method, seconds, http, error, size, request, answer) VALUES
  (1, 1, '2026-11-30 06:40:00+00:00', 'batch', 0.1, 200, '', 9, '{}', '{"SHOPPASSWORD2": "marked-secret"}'),
  (2, 1, '2026-11-30 06:40:00+00:00', 'profile', 0.1, 400, 'UnknownRefusal marked-secret is wrong', 9, '{}', '{}'),
  (3, 1, '2026-11-30 06:40:00+00:00', 'profile', 0.1, 400, 'LimitReached QUERY_LIMIT_EXCEEDED', 9, '{}', '{}');
INSERT INTO channel (id, portal_id, code, enabled, address, test_error) VALUES
  (1, 1, 'webhook', true, 'https://hooks.shop.example/services/T1/B2/marked-secret', ''),
  (2, 1, 'email', true, 'a@shop.example', ''),
  (3, 1, 'task', true, '', '');
INSERT INTO reminder (id, portal_id, key, line, code, on_day, due_at) VALUES
  (1, 1, 'k', 'l', 'c', '2026-11-30', '2026-11-30 06:40:00+00:00');
INSERT INTO delivery (id, portal_id, reminder_id, channel, recipient, recipient_name, letter, state, attempts, next_at,
  error) VALUES
  (1, 1, 1, 'webhook', 'https://hooks.shop.example/services/T1/B2/marked-secret', '', '{}', 'waiting', 0,
   '2026-11-30 06:40:00+00:00', ''),
  (2, 1, 1, 'email', 'a@shop.example', '', '{}', 'sent', 1, '2026-11-30 06:40:00+00:00', '');
