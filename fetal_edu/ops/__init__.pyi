from .convolution import conv2d as conv2d
from .convolution import conv_transpose2d as conv_transpose2d
from .pooling import avg_pool2d as avg_pool2d
from .pooling import blur_pool2d as blur_pool2d
from .pooling import max_pool2d as max_pool2d
from .pooling import max_unpool2d as max_unpool2d
from .upsampling import upsample_bilinear as upsample_bilinear
from .upsampling import upsample_nearest as upsample_nearest
