SELECT place_order(:customer::int, :sku1::int, :sku2::int, :place1::int, :place2::int, :units1::int, :units2::int);
