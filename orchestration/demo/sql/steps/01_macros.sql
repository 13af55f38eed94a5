-- Chance, without random(): every draw is a hash of (seed, entity, purpose), so a
-- row's fate depends neither on threads nor on the order in which rows are made.
-- DuckDB's own hash() is not promised to stay the same from version to version, so
-- the mixing (two multiplications, 32 bits) is spelt out here.
create or replace macro mix_once(word, shift, factor) as
    (xor(word, word >> shift) * factor::ubigint) & 4294967295::ubigint;

create or replace macro mix(word) as
    mix_once(mix_once(word, 16, 569420461), 15, 3545902487);

create or replace macro salted(entity, purpose) as (
    (entity::ubigint & 4294967295::ubigint) * 2654435761
    + md5_number_lower(concat(getvariable('seed'), '/', purpose)) % 4294967296
) & 4294967295::ubigint;

-- a share strictly between 0 and 1
create or replace macro draw(entity, purpose) as
    (mix(salted(entity, purpose))::double + 0.5) / 4294967296;

-- a standard normal value (Box and Muller)
create or replace macro bell(entity, purpose) as
    sqrt(-2 * ln(draw(entity, purpose || '/radius')))
    * cos(2 * pi() * draw(entity, purpose || '/angle'));

-- a lognormal value: half are below the median, few are far above it
create or replace macro long_tail(entity, purpose, median, spread) as
    median * exp(spread * bell(entity, purpose));

create or replace macro pick(words, share) as
    words[1 + floor(share * len(words))::integer];

-- Nine digits in the form of a French company number, whose last digit is not the one
-- that Luhn's checksum asks for (it is five off), so that it is no company's.
create or replace macro luhn_sum(digits) as list_sum([
    case when place % 2 = 1 then digits[place]::integer
        else 2 * digits[place]::integer // 10 + 2 * digits[place]::integer % 10 end
    for place in range(1, 9)
]);
create or replace macro not_a_siren(number) as
    lpad(number::varchar, 8, '0')
    || ((15 - luhn_sum(lpad(number::varchar, 8, '0')) % 10) % 10)::varchar;

-- How the three sources write their values.
create or replace macro in_iso_time(moment) as strftime(moment, '%Y-%m-%d %H:%M');
create or replace macro in_iso_day(moment) as strftime(moment, '%Y-%m-%d');
create or replace macro in_french_time(moment) as strftime(moment, '%d/%m/%Y %H:%M');
create or replace macro in_french_day(moment) as strftime(moment, '%d/%m/%Y');
create or replace macro with_comma(amount) as replace(amount::varchar, '.', ',');
create or replace macro slug(words) as trim(regexp_replace(
    lower(strip_accents(replace(words, 'œ', 'oe'))), '[^a-z0-9]+', '-', 'g'
), '-');
create or replace macro numbered(letter, number, width) as
    letter || lpad(number::varchar, width, '0');
