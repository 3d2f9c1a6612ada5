\set a random_zipfian(1, 10000, 1.001)
\set b random_zipfian(1, 10000, 1.001)
\set sku1 least(:a, :b)
\set sku2 greatest(:a, :b)
\set place1 random(1, 20)
\set place2 case when :sku1 = :sku2 then :place1 else random(1, 20) end
\set units1 random(1, 3)
\set units2 random(1, 3)
\set customer random(1, 50000)
