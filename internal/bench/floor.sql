-- The home page of a profile ($1) that may see up to a maturity ($2), in English: the JSON that the API
-- answers, from one statement for PostgreSQL. It is what a careful developer would write by hand for this
-- page alone: bounded sub-selects along the same indexes, each title built once.
WITH RECURSIVE
past AS MATERIALIZED (
  SELECT v.title_id, t.scene, v.finished, v.position_seconds > 0 AS started,
    EXISTS (SELECT 1 FROM episodes n WHERE n.series_id = v.title_id AND n.ordinal > e.ordinal) AS has_next,
    ROW_NUMBER() OVER (ORDER BY v.viewed_at DESC, v.id DESC) AS n
  FROM views v JOIN titles t ON t.id = v.title_id JOIN videos d ON d.id = v.video_id LEFT JOIN episodes e ON e.id = d.episode_id
  WHERE v.profile_id = $1 AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
  ORDER BY v.viewed_at DESC, v.id DESC LIMIT 200),
latest AS MATERIALIZED (SELECT DISTINCT ON (title_id) * FROM past ORDER BY title_id, n),
seeds AS MATERIALIZED (SELECT title_id, ROW_NUMBER() OVER (ORDER BY n) AS place FROM latest ORDER BY n LIMIT 30),
taste AS MATERIALIZED (
  SELECT g.id, g.names->>'en' AS name, ROW_NUMBER() OVER (ORDER BY COUNT(p.n) DESC, g.position, g.id) AS place
  FROM genres g LEFT JOIN past p ON p.scene = g.slug GROUP BY g.id ORDER BY place LIMIT 8),
shelves (pos, kind, heading, personal, genre, seed) AS MATERIALIZED (
  VALUES (1, 'CONTINUE_WATCHING', 'Continue watching', true, 0::bigint, 0::bigint), (2, 'NEXT_UP', 'Next episodes', true, 0, 0), (3, 'MY_LIST', 'My list', true, 0, 0),
    (4, 'TRENDING', 'Trending now', false, 0, 0), (5, 'RECOMMENDED', 'Recommended for you', false, 0, 0), (7, 'NEW', 'New on StreamEx', false, 0, 0), (11, 'TOP_RATED', 'Best rated', false, 0, 0)
  UNION ALL SELECT 6 + 3 * (s.place - 1), 'BECAUSE_YOU_WATCHED', 'Because you watched ' || t.name, false, 0, s.title_id FROM seeds s JOIN titles t ON t.id = s.title_id WHERE s.place <= 2
  UNION ALL SELECT CASE place WHEN 1 THEN 8 WHEN 2 THEN 10 ELSE 9 + place END, 'GENRE', name, false, id, 0 FROM taste),
candidates AS MATERIALIZED (
  SELECT 1 AS pos, title_id AS title, ROW_NUMBER() OVER (ORDER BY n) AS place FROM latest WHERE NOT finished AND started
  UNION ALL SELECT 2, title_id, ROW_NUMBER() OVER (ORDER BY n) FROM latest WHERE finished AND has_next
  UNION ALL SELECT s.pos, c.title, c.place FROM shelves s CROSS JOIN LATERAL (
    SELECT r.title, ROW_NUMBER() OVER (ORDER BY r.k1 DESC, r.k2 DESC, r.title DESC) AS place FROM (
      (SELECT x.title_id AS title, EXTRACT(EPOCH FROM x.added_at) AS k1, 0 AS k2 FROM list_items x JOIN titles t ON t.id = x.title_id
        WHERE s.kind = 'MY_LIST' AND x.profile_id = $1 AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
        ORDER BY x.added_at DESC, x.title_id DESC LIMIT 60)
      UNION ALL
      (SELECT x.title_id, x.score, 0 FROM trends x JOIN titles t ON t.id = x.title_id
        WHERE s.kind = 'TRENDING' AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
        ORDER BY x.score DESC, x.title_id DESC LIMIT 60)
      UNION ALL
      (SELECT t.id, EXTRACT(EPOCH FROM t.added_at), 0 FROM titles t
        WHERE s.kind = 'NEW' AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
        ORDER BY t.added_at DESC, t.id DESC LIMIT 60)
      UNION ALL
      (SELECT t.id, t.score, t.popularity FROM titles t
        WHERE s.kind = 'TOP_RATED' AND t.score > 0 AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
        ORDER BY t.score DESC, t.popularity DESC, t.id DESC LIMIT 60)
      UNION ALL
      (SELECT x.title_id, x.popularity, 0 FROM title_genres x JOIN titles t ON t.id = x.title_id
        WHERE s.kind = 'GENRE' AND x.genre_id = s.genre AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
        ORDER BY x.popularity DESC, x.title_id DESC LIMIT 60)
      UNION ALL
      (SELECT x.similar_id, x.score, 0 FROM similarities x JOIN titles t ON t.id = x.similar_id
        WHERE s.kind = 'BECAUSE_YOU_WATCHED' AND x.title_id = s.seed AND NOT EXISTS (SELECT 1 FROM views w WHERE w.profile_id = $1 AND w.title_id = x.similar_id)
          AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
        ORDER BY x.score DESC, x.similar_id DESC LIMIT 60)
      UNION ALL
      (SELECT x.similar_id, SUM(x.score * CASE WHEN p.place <= 10 THEN 3 ELSE 1 END), 0 FROM seeds p JOIN similarities x ON x.title_id = p.title_id JOIN titles t ON t.id = x.similar_id
        WHERE s.kind = 'RECOMMENDED' AND NOT EXISTS (SELECT 1 FROM views w WHERE w.profile_id = $1 AND w.title_id = x.similar_id)
          AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
        GROUP BY x.similar_id ORDER BY 2 DESC, x.similar_id DESC LIMIT 60)
      UNION ALL
      (SELECT t.id, t.popularity, 0 FROM titles t
        WHERE s.kind = 'RECOMMENDED' AND NOT EXISTS (SELECT 1 FROM seeds) AND t.maturity <= $2 AND (t.available_from IS NULL OR t.available_from <= now()) AND (t.available_until IS NULL OR t.available_until > now())
        ORDER BY t.popularity DESC, t.id DESC LIMIT 60)) r) c
  WHERE s.pos > 2),
-- A title that stands in one discovery row does not come again in another below.
page (pos, used, shown) AS (
  SELECT 0, ARRAY[]::bigint[], ARRAY[]::bigint[]
  UNION ALL
  SELECT p.pos + 1, CASE WHEN p.pos < 3 THEN p.used ELSE p.used || x.shown END, x.shown
  FROM page p CROSS JOIN LATERAL (
    SELECT COALESCE(array_agg(y.title ORDER BY y.place), ARRAY[]::bigint[]) AS shown FROM (
      SELECT c.title, c.place FROM candidates c WHERE c.pos = p.pos + 1 AND NOT c.title = ANY(p.used) ORDER BY c.place LIMIT 20) y) x
  WHERE p.pos < 17),
needed AS MATERIALIZED (SELECT DISTINCT title FROM page CROSS JOIN LATERAL unnest(shown) AS title),
cards AS MATERIALIZED (
  SELECT t.id, json_build_object(
    '__typename', CASE t.kind WHEN 'MOVIE' THEN 'Movie' ELSE 'Series' END, 'slug', t.slug,
    'name', COALESCE(t.texts->'en'->>'name', t.name), 'synopsis', COALESCE(t.texts->'en'->>'synopsis', t.synopsis),
    'year', NULLIF(t.year, 0), 'durationSeconds', m.runtime_seconds,
    'artwork', json_build_object('card', '/art/' || COALESCE(NULLIF(t.scene, ''), 'none') || '/' || t.slug || '/card.svg', 'color', t.color),
    'genres', g.list, 'credits', json_build_object('nodes', c.list), 'inMyList', l.title_id IS NOT NULL, 'progress', v.progress) AS card
  FROM needed n JOIN titles t ON t.id = n.title
  LEFT JOIN movies m ON m.id = t.id
  LEFT JOIN list_items l ON l.profile_id = $1 AND l.title_id = t.id
  CROSS JOIN LATERAL (
    SELECT COALESCE(json_agg(json_build_object('name', g.names->>'en') ORDER BY x.position, x.genre_id), '[]') AS list
    FROM title_genres x JOIN genres g ON g.id = x.genre_id WHERE x.title_id = t.id) g
  CROSS JOIN LATERAL (
    SELECT COALESCE(json_agg(json_build_object('person', json_build_object('name', p.name),
      'character', CASE WHEN h.id IS NULL THEN NULL ELSE json_build_object('name', h.name) END) ORDER BY x.billing, x.id), '[]') AS list
    FROM (SELECT * FROM credits WHERE title_id = t.id AND episode_id IS NULL AND role IN ('LEAD', 'SUPPORTING') ORDER BY billing, id LIMIT 3) x
    JOIN persons p ON p.id = x.person_id LEFT JOIN characters h ON h.id = x.character_id) c
  LEFT JOIN LATERAL (
    SELECT json_build_object('positionSeconds', v.position_seconds, 'finished', v.finished,
      'fraction', CASE WHEN v.finished THEN 1 ELSE LEAST(1, v.position_seconds::float8 / COALESCE(d.duration_seconds, e.runtime_seconds, m.runtime_seconds)) END) AS progress
    FROM views v JOIN videos d ON d.id = v.video_id LEFT JOIN episodes e ON e.id = d.episode_id
    WHERE v.profile_id = $1 AND v.title_id = t.id ORDER BY v.viewed_at DESC, v.id DESC LIMIT 1) v ON true)
SELECT json_build_object('data', json_build_object('home', json_build_object('rows', json_build_object('nodes', (
  SELECT json_agg(json_build_object('kind', s.kind, 'heading', s.heading, 'items', json_build_object('nodes', (
    SELECT json_agg(json_build_object('title', c.card) ORDER BY u.place)
    FROM unnest(p.shown) WITH ORDINALITY AS u (title, place) JOIN cards c ON c.id = u.title))) ORDER BY s.pos)
  FROM shelves s JOIN page p ON p.pos = s.pos WHERE cardinality(p.shown) > 0)))))
