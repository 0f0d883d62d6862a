-- one value per amount and fraction: their product to six decimals, a half away from zero; DuckDB divides as floats
CREATE MACRO scaled(amount, numerator, denominator) AS CAST(
    CAST(
        CASE WHEN amount < 0 THEN -1 ELSE 1 END
        * ((2 * abs(CAST(amount * 1000000 AS HUGEINT)) * numerator + denominator) // (2 * denominator))
        AS DECIMAL(28, 0)
    ) * CAST('0.000001' AS DECIMAL(6, 6)) AS DECIMAL(28, 6)
)
