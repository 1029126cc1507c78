-- The benchmark's data: deterministic (no random()), so that every peer reads the same rows. Loaded into a database that
-- the core migrations made. Usernames are user1..user100000.
BEGIN;
INSERT INTO roles(id, name) VALUES (1,'ADMIN'),(2,'USER'),(3,'SUPPORT'),(4,'EDITOR');
INSERT INTO providers(id, name) VALUES (1,'GOOGLE'),(2,'GITHUB'),(3,'FACEBOOK');

INSERT INTO auth_users(id, "createdAt", "updatedAt", username, email, timezone, status)
SELECT i,
       timestamp '2025-01-01' + i * interval '1 minute',
       timestamp '2025-01-01' + i * interval '1 minute',
       'user' || i,
       'user' || i || '@example.com',
       (ARRAY['UTC','Europe/Athens','America/New_York','Asia/Tokyo'])[1 + i % 4],
       (CASE WHEN i % 20 = 0 THEN 'DEACTIVATED' WHEN i % 50 = 1 THEN 'BANNED' ELSE 'ACTIVE' END)::"UserStatus"
FROM generate_series(1, 100000) i;

INSERT INTO user_profiles(id, "createdAt", "updatedAt", "userId", "providerId", "profileImage", "firstName", "lastName", scopes)
SELECT i,
       timestamp '2025-01-01' + i * interval '1 minute',
       timestamp '2025-01-01' + i * interval '1 minute',
       i, 1 + i % 3,
       'https://cdn.example.com/avatars/' || md5(i::text) || '.png',
       'First' || i % 1000, 'Last' || i % 5000,
       ARRAY['openid','email','profile']
FROM generate_series(1, 100000) i;

-- two distinct roles per user
INSERT INTO user_role("userId", "roleId", "createdAt", "updatedAt")
SELECT i, 1 + (i + k) % 4, timestamp '2025-01-01', timestamp '2025-01-01'
FROM generate_series(1, 100000) i, generate_series(0, 1) k;

INSERT INTO products(id, "stripeId", name, description, active, metadata, hierarchy, "updatedAt")
SELECT i, 'prod_' || md5('prod' || i), 'Product ' || i, 'Description of product ' || i, true,
       jsonb_build_object('tier', i, 'features', jsonb_build_array('a', 'b', 'c')), i, timestamp '2025-01-01'
FROM generate_series(1, 20) i;

INSERT INTO prices(id, "stripeId", "unitAmount", currency, interval, active, status, "productId", "updatedAt")
SELECT (p - 1) * 5 + k, 'price_' || md5('price' || p || '.' || k), p * 100 + k * 50,
       (ARRAY['eur','usd','gbp'])[1 + k % 3], (ARRAY['month','year'])[1 + k % 2], k < 5,
       CASE WHEN k < 5 THEN 'active' ELSE 'legacy' END, p, timestamp '2025-01-01'
FROM generate_series(1, 20) p, generate_series(1, 5) k;

-- 20,000 customers: users 5, 10, 15, ... 100000
INSERT INTO stripe_customers(id, "userId", stripe_customer_id, "updatedAt")
SELECT i, i * 5, 'cus_' || md5('cus' || i), timestamp '2025-01-01'
FROM generate_series(1, 20000) i;

-- two subscriptions per customer
INSERT INTO subscriptions(id, payment_customer_id, stripe_subscription_id, "priceId", status,
                          current_period_start, current_period_end, "updatedAt")
SELECT i, 1 + (i - 1) / 2, 'sub_' || md5('sub' || i), 1 + i % 100,
       (ARRAY['active','canceled','past_due','trialing'])[1 + i % 4],
       timestamp '2025-01-01' + (i % 365) * interval '1 day',
       timestamp '2025-01-31' + (i % 365) * interval '1 day',
       timestamp '2025-01-01'
FROM generate_series(1, 40000) i;

INSERT INTO notifications(id, message, "createdAt", type, is_archived, additional_data, link)
SELECT i, 'Notification message number ' || i, timestamp '2025-01-01' + i * interval '1 minute',
       (ARRAY['info','warning','payment'])[1 + i % 3], i % 10 = 0,
       jsonb_build_object('n', i), '/notifications/' || i
FROM generate_series(1, 50000) i;

-- two receivers per notification
INSERT INTO users_notifications(receiver_id, notification_id, sender_id, is_read)
SELECT 1 + (i * 7 + k * 50000) % 100000, i, 1 + i % 100, (i + k) % 3 = 0
FROM generate_series(1, 50000) i, generate_series(0, 1) k;

INSERT INTO contact_messages(id, created_at, updated_at, email, message, category, status, user_id)
SELECT i, timestamp '2025-01-01' + i * interval '1 minute', timestamp '2025-01-01' + i * interval '1 minute',
       'user' || i * 10 || '@example.com', repeat('Hello, I have a question about my account. ', 4),
       (ARRAY['general','support','feedback','bug','other'])[1 + i % 5],
       (ARRAY['unread','read','archived'])[1 + i % 3], i * 10
FROM generate_series(1, 10000) i;

SELECT setval(pg_get_serial_sequence(t, 'id'), m) FROM (
  SELECT 'roles' t, 4 m UNION ALL SELECT 'providers', 3 UNION ALL SELECT 'auth_users', 100000
  UNION ALL SELECT 'user_profiles', 100000 UNION ALL SELECT 'products', 20 UNION ALL SELECT 'prices', 100
  UNION ALL SELECT 'stripe_customers', 20000 UNION ALL SELECT 'subscriptions', 40000
  UNION ALL SELECT 'notifications', 50000 UNION ALL SELECT 'contact_messages', 10000) s;
COMMIT;
VACUUM ANALYZE;
